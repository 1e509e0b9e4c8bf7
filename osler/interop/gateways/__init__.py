"""The ways out of the house: mail now, with a loopback (`loopback`) that behaves like the real server:
it takes, refuses, puts off and hangs up, and sends nothing on."""
