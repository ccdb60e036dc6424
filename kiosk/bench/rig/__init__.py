"""What the benchmarks (and the tests of faults) are run on: disks that lose power, devices made to be killed."""
