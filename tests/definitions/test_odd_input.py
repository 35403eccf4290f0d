"""No file, however odd, brings the loader down: the outcome is a form or problems."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.definitions.loader import load_organisations
from gateway.definitions.yamlfile import read_yaml

from .writing import a_profile, write

ROOT = Path(__file__).parents[2]
FORM = read_yaml(ROOT / "organisations/riverside/forms/support.yaml")
BLOCKS = frozenset({"charitylog"})
ODD = st.one_of(
    st.sampled_from(["", " ", "Y", "text", "no", "-1", "1e999", "NaN", "\u202e", "{0}", "%s", "${X}", "a" * 300]),
    st.sampled_from([[], {}, [[]], [{}], {"": ""}, {"en": {"en": "x"}}, ["a", "a"], {"type": "select"}, {"url": []}]),
)
WALK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths of everything inside."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in pairs for found in ((*path, key), *places(item, (*path, key)))]


@WALK
@given(data=st.data())
def test_a_form_with_one_odd_part_is_judged_and_not_stumbled_over(tmp_path: Path, data: st.DataObject) -> None:
    form = copy.deepcopy(FORM)
    *way, last = data.draw(st.sampled_from(places(FORM)))
    part: Any = form
    for step in way:
        part = part[step]
    part[last] = data.draw(ODD)
    write(tmp_path / "riverside", "organisation.yaml", a_profile())
    write(tmp_path / "riverside", "forms/support.yaml", json.dumps(form))

    organisation = load_organisations(tmp_path, environment={}, blocks=BLOCKS)["riverside"]

    assert all(problem.message.endswith(".") for problem in organisation.problems)
    assert "support" in organisation.forms or organisation.closed


@WALK
@given(content=st.binary(max_size=200) | st.text(alphabet="a:-?{}[]#&*!|>'\"%@` \n\t\\0", max_size=60).map(str.encode))
def test_any_bytes_are_data_or_a_problem(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "riverside", "organisation.yaml", content)
    write(tmp_path / "riverside", "forms/support.yaml", content)
    write(tmp_path / "riverside", "dictionaries/a.json", content)

    assert load_organisations(tmp_path, environment={}, blocks=BLOCKS)["riverside"].closed
