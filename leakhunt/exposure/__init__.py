"""Internal services that listen wider than they should.

`reading.read(path, content)` says what one file opens and publishes, as `Found`. `graph.build`
joins the `Found` of all files of a repository (and the secrets that were found there) into a
`Graph`: services with their listeners, publications and tokens, and the exposures that were judged
from them. `survey.survey(files)` does both, for whoever has paths and contents.
"""
