"""How files come from partners and go to them: one interface, several ways.

A partner's profile says which (``transport``): a local folder, SFTP, S3, pages
of a REST API or reports to be asked for. ``collect`` pulls new files into the
drop, ``deliver`` puts a file and its manifest where the partner fetches.

What a file means is none of these modules' business: they move bytes, name no
document and parse nothing. Libraries of one way (asyncssh, s3fs, httpx2,
pysequoia) are imported where they are used, so that a partner of another way
does not pay for them.
"""
