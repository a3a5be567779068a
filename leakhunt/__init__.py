"""leakhunt finds leaked credentials in git history, files and messages."""

__version__ = "0.1.0"
