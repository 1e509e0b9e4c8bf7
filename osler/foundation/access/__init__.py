"""Who may: roles, the two roads to a row (`decide`, `scoped`), and the rule of each route.

Nouns: Role, RoleAssignment, PatientGrant, Actor, Rights, RouteRule.
"""
