"""Opens what holds other files: compressed files, archives, databases and PDFs.

Nothing is ever written under a name that an archive gives, and nothing is trusted that it says
about sizes: what is unpacked is counted.
"""
