module netverdict/bench/netpol-analyzer

go 1.24

require netverdict/bench/harness v0.0.0

replace netverdict/bench/harness => ../harness
