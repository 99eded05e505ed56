"""Updates of rules and models that come as one signed file, without a network.

    bundle     the file: a plain zip whose directory is judged before anything in it is read
    trust      the roles of The Update Framework: who signed, what is newest, what is out of date
    installed  what is in use on this machine, checked against what was signed
    install    from a bundle to what is in use, and one step back

Nothing here reads rules or models: their bytes are counted, hashed and copied.
"""
