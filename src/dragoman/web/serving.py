"""What all requests share: the store, the rules, the templates, and whether this machine alone is served."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request  # the web framework that most of its users know; its pages tell their own schema
from fastapi.responses import HTMLResponse

from dragoman.brief.settings import Settings
from dragoman.rules import Rules
from dragoman.store import Store
from dragoman.views.names import Names
from dragoman.web.templates import Templates

if TYPE_CHECKING:
    from dragoman.web.adding import Jobs
    from dragoman.web.posting import Post


class Served:
    """One store, served: made once, used by all threads; `settings` are those of its briefings, `post` sends them."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        *,
        loopback: bool = True,
        https: bool = False,
        jobs: "Jobs | None" = None,
        settings: Settings | None = None,
        post: "Post | None" = None,
    ) -> None:
        self.store, self.rules, self.loopback, self.https, self.jobs = store, rules, loopback, https, jobs
        self.settings, self.post = settings or Settings(), post
        self.names = Names(rules)
        self.templates = Templates(self.names, rules.ontology)

    def render(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from a template that extends base.html.jinja."""
        return HTMLResponse(self.templates.render(request, template, served=self, status=status, **values), status)


def served_by(request: Request) -> Served:
    """What the app of a request serves."""
    found: Served = request.app.state.served
    return found


ServedDep = Annotated[Served, Depends(served_by)]
