"""Elastic Load Balancing v2, complete and our own: moto's has no states, no transforms and few of AWS's refusals.

Only tags are in moto's backend, so that the Resource Groups Tagging API finds them.
"""
