"""Why a finding is not reported: comments beside it, allow entries, the baseline."""
