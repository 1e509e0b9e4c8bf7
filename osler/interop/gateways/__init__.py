"""The ways out of the house: mail and the clearinghouse that asks insurers, each with a loopback (`loopback`,
`loopback_insurers`) that behaves like the real one: it takes, refuses, puts off, hangs up, answers late,
twice or never, and sends nothing on."""
