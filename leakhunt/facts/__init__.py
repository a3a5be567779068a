"""What code and configuration say: which name has which value, which call gets which arguments."""

from leakhunt.facts.model import Assignment, Call, Facts, Import, Value
from leakhunt.facts.reading import READERS, read

__all__ = ["READERS", "Assignment", "Call", "Facts", "Import", "Value", "read"]
