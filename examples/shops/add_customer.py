"""Add customers to those that there are: `python add_customer.py acme`."""

import sys

import headwater as hw

with hw.DagsterInstance.get() as instance:
    instance.add_dynamic_partitions("customers", sys.argv[1:])
    print("\n".join(instance.get_dynamic_partitions("customers")))
