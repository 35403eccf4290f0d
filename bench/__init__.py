"""The benchmark behind `make bench`: what the gateway reaches, in ratios to simple things measured in the same run."""
