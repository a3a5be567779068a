"""Rule files of gitleaks and betterleaks, read as signatures."""
