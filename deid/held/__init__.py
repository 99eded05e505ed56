"""Notes that wait for a second person: outputs that are redacted and recorded, but not released.

`store` keeps them, sealed under the site key. Under a policy that wants four eyes `deid.site` puts
them there, and an officer lets them go or not in `deid.officer.held`.
"""
