"""Notes that wait for a second person: outputs that are redacted and recorded, but not released.

`making` puts together what is held of an output, and `store` keeps it, sealed under the site key.
Under a policy that wants four eyes `deid.site` puts outputs there, and an officer lets them go or
not in `deid.officer.held`.
"""
