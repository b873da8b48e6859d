"""What fills the shapes: a class of the style sheet for each quad class and standing, stripes for all conflict."""

from markupsafe import Markup

from dragoman.records import CommitmentKind, Standing
from dragoman.web.charts.markup import element

QUAD_WORDS = {
    "verbal_cooperation": "cooperation in words",
    "material_cooperation": "cooperation in deeds",
    "verbal_conflict": "conflict in words",
    "material_conflict": "conflict in deeds",
}
# From what was fulfilled over what is open to what was not.
STANDINGS: dict[Standing, str] = {
    "kept": "material-cooperation",
    "partly kept": "partly",
    "accepted": "verbal-cooperation",
    "pending": "open",
    "no evidence": "open",
    "lapsed": "ended",
    "superseded": "ended",
    "cancelled": "verbal-conflict",
    "rejected": "verbal-conflict",
    "broken": "material-conflict",
}


def ink(name: str, key: str) -> dict[str, str]:
    """The attributes that fill a shape; what is conflict is striped, so that it is told without colour too."""
    return {"fill": f"url(#{key}-{name})"} if name.endswith("conflict") else {"class": f"c-{name}"}


def quad_ink(quad: str, key: str) -> dict[str, str]:
    """The attributes that fill what is counted of a quad class."""
    return ink(quad.replace("_", "-"), key)


def standing_ink(kind: CommitmentKind | None, standing: Standing, key: str) -> dict[str, str]:
    """The attributes that fill what stands for commitments; a threat that was carried out is conflict."""
    return ink("material-conflict" if (kind, standing) == ("threat", "kept") else STANDINGS[standing], key)


def stripes(key: str) -> Markup:
    """The stripes of conflict, in words and in deeds; level ones stay as they are when a picture is stretched.

    `key` begins their ids: no two pictures of a page have the same.
    """
    patterns = [
        element(
            "pattern",
            {"id": f"{key}-{name}", "patternUnits": "userSpaceOnUse", "width": 50, "height": 4},
            element("rect", {"width": 50, "height": 4, "class": f"c-{name}"}),
            element("rect", {"width": 50, "height": 1, "class": "gap"}),
        )
        for name in ("verbal-conflict", "material-conflict")
    ]
    return element("defs", {}, *patterns)
