"""The ways out of the house: mail now; each with a loopback that behaves like the real one."""
