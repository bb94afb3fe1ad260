"""An AWS on this machine, for tests and demos: moto, and what moto lacks.

Read in this order: clock and profiles (time), world (what happens later), registry (one AWS operation each),
wire (requests and answers), server (all of it together).
"""
