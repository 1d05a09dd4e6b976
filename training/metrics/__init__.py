"""Scores of captions: recipes, BLEU, METEOR, ROUGE-L, CIDEr-D, intervals, objects, diversity. No torch.

A recipe says how sentences are prepared and what is computed (docs/metrics.md). ``measure`` counts once per
picture; scores, bootstrap intervals and paired comparisons are sums of these counts.
"""

from training.metrics.bleu import bleu, bleu_counts
from training.metrics.bootstrap import Difference, compare, intervals, intervals_of
from training.metrics.cider import CiderD, TfIdf
from training.metrics.measured import Measured, evaluate, measure, per_picture
from training.metrics.meteor import meteor, meteor_counts
from training.metrics.recipes import DEFAULT_RECIPE, RECIPES, Recipe, find_recipe
from training.metrics.rouge import rouge_l
from training.metrics.sentences import MAX_ORDER, Floats, Metric, Ngram, Scored, Tokenised, Tokens, ngrams

__all__ = [
    "DEFAULT_RECIPE",
    "MAX_ORDER",
    "RECIPES",
    "CiderD",
    "Difference",
    "Floats",
    "Measured",
    "Metric",
    "Ngram",
    "Recipe",
    "Scored",
    "TfIdf",
    "Tokenised",
    "Tokens",
    "bleu",
    "bleu_counts",
    "compare",
    "evaluate",
    "find_recipe",
    "intervals",
    "intervals_of",
    "measure",
    "meteor",
    "meteor_counts",
    "ngrams",
    "per_picture",
    "rouge_l",
]
