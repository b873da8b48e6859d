"""Adding reports from the browser: the forms, how far a job is, and what became of each report."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from dragoman.edge import day_of
from dragoman.errors import InputError
from dragoman.read.inputs import KINDS, Input
from dragoman.read.readings import Draft
from dragoman.rules import DATA
from dragoman.store.people import Person
from dragoman.web.adding import Job, Jobs
from dragoman.web.errors import MissingError
from dragoman.web.forms import check_form, form_token
from dragoman.web.parcels import Parcel, addressed, pasted, uploaded
from dragoman.web.people import Adder, Writer, adder, is_local, writer
from dragoman.web.serving import Served, ServedDep
from dragoman.web.uploads import FILES, MOST_FILES, files_of

# Forms for people, and jobs that only who began them knows of, are no part of what programs ask for.
router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]

CHRONICLE: tuple[Input, ...] = (DATA / "chronicle" / "reports.jsonl", DATA / "chronicle" / "pages")
FULL = "There are many reports waiting to be added. Try again in a few minutes."
GONE = "no such job is known: it may be one of an earlier run of the server, or too many others came after it"


async def sent_files(request: Request) -> AsyncIterator[FormData]:
    """A form with files; who sends it is known before the files are taken in."""
    person = await run_in_threadpool(writer, request)
    form = await files_of(request)
    try:
        await run_in_threadpool(_check, request, person, form)
        yield form
    finally:
        await form.close()


def _check(request: Request, person: Person, form: FormData) -> None:
    check_form(request, str(form.get("token", "")))
    adder(request, person, None)


@router.get("/add")
def add_page(request: Request, served: ServedDep, person: Writer) -> Response:
    """The forms."""
    return _forms(request, served)


@router.post("/add/text")
def add_text(
    request: Request,
    served: ServedDep,
    person: Adder,
    text: Text = "",
    title: Text = "",
    publisher: Text = "",
    published: Text = "",
) -> Response:
    """Add a report that was typed or pasted."""
    given = {"text": text, "title": title, "publisher": publisher, "published": published}
    try:
        day = day_of(published.strip() or None, what="the day of publication")
        if not text.strip():
            raise InputError("there is no text; paste the whole report", kind="empty")
    except InputError as error:
        return _forms(request, served, form="text", wrong=error.message, given=given)
    report = Draft(
        where="pasted text",
        text=text.replace("\r\n", "\n"),
        title=title.strip() or None,
        publisher=publisher.strip() or None,
        published=day,
        published_from="caller" if day else None,
    )
    return _begun(served, pasted(report))


@router.post("/add/chronicle")
def add_chronicle(served: ServedDep, person: Adder) -> Response:
    """Add the reports that come with the program, to have something to look at."""
    return _begun(served, Parcel("the bundled chronicle", lambda: iter(CHRONICLE)))


@router.post("/add/address")
def add_address(request: Request, served: ServedDep, person: Adder, address: Text = "") -> Response:
    """Add the report of a page."""
    try:
        return _begun(served, addressed(address))
    except InputError as error:
        return _forms(request, served, form="address", wrong=error.message, given={"address": address})


@router.post("/add/files")
def add_files(request: Request, served: ServedDep, form: Annotated[FormData, Depends(sent_files)]) -> Response:
    """Add the reports of files."""
    written = str(form.get("published", "")).strip()
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and (one.filename or one.size)]
    try:
        day = day_of(written or None, what="the day of publication")
        if not files:
            raise InputError("no file was chosen", kind="empty")
    except InputError as error:
        return _forms(request, served, form="files", wrong=error.message, given={"files_published": written})
    return _begun(served, uploaded((one.filename or "", one.file) for one in files), day)


@router.get("/add/{id}.json")
def job_data(id: str, served: ServedDep) -> Response:
    """How far a job is, for programs."""
    return Response(msgspec.json.encode(_job(served, id)), media_type="application/json")


@router.get("/add/{id}/progress")
def job_progress(request: Request, id: str, served: ServedDep) -> Response:
    """The part of a job's page that changes."""
    return served.render(request, "progress.html.jinja", job=_job(served, id), is_part=True)


@router.get("/add/{id}")
def job_page(request: Request, id: str, served: ServedDep) -> Response:
    """How far a job is, and what became of each report."""
    return served.render(request, "job.html.jinja", job=_job(served, id), is_part=False)


def _job(served: Served, id: str) -> Job:
    job = served.jobs.get(id) if served.jobs else None
    if job is None:
        raise MissingError(GONE, kind="job")
    return job


def _begun(served: Served, parcel: Parcel, published: Any = None) -> Response:
    """On to the page of a new job."""
    jobs: Jobs | None = served.jobs
    job = jobs.add(parcel, published=published) if jobs else None
    if job is None:
        parcel.close()
        raise HTTPException(503, FULL, headers={"Retry-After": "120"})
    return RedirectResponse(f"/add/{job.id}", 303)


def _forms(
    request: Request, served: Served, *, form: str = "", wrong: str = "", given: dict[str, str] | None = None
) -> Response:
    """The page with the forms; after a mistake with what was typed, and what is wrong with it."""
    jobs = served.jobs.latest() if served.jobs and is_local(request) else []
    return served.render(
        request,
        "add.html.jinja",
        status=422 if wrong else 200,
        token=form_token(request),
        form=form,
        wrong=wrong,
        given=given or {},
        jobs=jobs,
        kinds=",".join(KINDS),
        most=MOST_FILES,
        megabytes=FILES // 1_000_000,
    )
