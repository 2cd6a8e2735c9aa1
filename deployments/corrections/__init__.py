"""Putting right what was recorded wrongly about a deployment, a nomination or an authorization.

`making` is the door: asked for with a reason, made at once or confirmed by a second coordinator. What may be corrected,
and what stands against it, is said by `of_stays`, `of_decisions` and `of_authorizations`; `values` reads and tells the
fields, `effects` tells how the strength of areas changes from day to day.
"""
