"""The demo: two years of a company that sells scanners and seats to warehouses, told through commands."""

from gateways.demo.load import SEED, Loaded, load

__all__ = ["SEED", "Loaded", "load"]
