"""Scores against those of the tools that papers use."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.training.metrics.sentences import random_items
from training.metrics import Scored, evaluate, meteor
from training.metrics.meteor import MeteorExact
from training.metrics.recipes import RECIPES
from training.metrics.sentences import Tokenised

TOLERANCES = {"METEOR": 2e-3}
"""All other scores: 1e-4."""


@pytest.mark.parametrize("seed", range(3))
def test_equal_to_pycocoevalcap(seed: int) -> None:
    """GIVEN captions of all lengths with 1 to 5 references, THEN every score is the reference tool's."""
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge

    items = random_items(40, seed)
    references = {i: list(item.references) for i, item in enumerate(items)}
    hypotheses = {i: [item.hypothesis] for i, item in enumerate(items)}
    bleus, _ = Bleu(4).compute_score(references, hypotheses, verbose=0)
    expected = {f"BLEU-{n + 1}": value for n, value in enumerate(bleus)}
    expected["ROUGE-L"] = Rouge().compute_score(references, hypotheses)[0]
    expected["CIDEr-D"] = Cider().compute_score(references, hypotheses)[0]
    scores = evaluate(items)
    assert {name: scores[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
def test_equal_to_the_reference_tools_on_a_public_system(recipe: str, shared_data: Path) -> None:
    """The names in the file go on after the recipe's with what it does."""
    rows = json.loads((shared_data / "metrics" / "ktvic-public-system.json").read_text(encoding="utf-8"))
    expected = json.loads((shared_data / "metrics" / "expected.json").read_text(encoding="utf-8"))["scores"]
    [wanted] = [scores for name, scores in expected.items() if name.split()[0] == recipe]
    found = evaluate([Scored(row["hypothesis"], tuple(row["references"])) for row in rows], recipe)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, abs=TOLERANCES.get(name, 1e-4)), name


@pytest.fixture(scope="module")
def jar() -> Path:
    spec = importlib.util.find_spec("pycocoevalcap")
    if shutil.which("java") is None:
        pytest.skip("needs Java, which runs the METEOR jar")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "meteor" / "meteor-1.5.jar"


def ask_jar(jar: Path, lines: Sequence[str]) -> list[str]:
    done = subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", "-Xmx1G", "-jar", str(jar), "-", "-", "-stdio", "-l", "en", "-norm",
         "-m", "exact"],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True, encoding="utf-8", check=True, timeout=120,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.slow
def test_meteor_is_the_jars(jar: Path) -> None:
    """GIVEN torn syllables, repeated words, function words and stops, THEN each picture's score is the jar's,
    and so is the score of all together.
    """
    items = random_items(80, 5)
    items += [Scored(f"{item.hypothesis}.", item.references) for item in random_items(20, 6)]
    cut = [Tokenised(item.hypothesis.split(), tuple(o.split() for o in item.references)) for item in items]
    counts = MeteorExact().measure(cut)
    stats = ask_jar(jar, [" ||| ".join(("SCORE", *item.references, item.hypothesis)) for item in items])
    *each, whole = map(float, ask_jar(jar, [" ||| ".join(("EVAL", *stats))]))
    assert list(meteor(counts)) == pytest.approx(each, abs=1e-9)
    assert float(meteor(np.sum(counts, axis=0))) == pytest.approx(whole, abs=1e-9)
