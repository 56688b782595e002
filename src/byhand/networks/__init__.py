"""Networks: one file a family, its equations and its estimators."""

from byhand.networks.classifier import MLPClassifier as MLPClassifier
from byhand.networks.regressor import MLPRegressor as MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
