"""A hundred million reports: inputs cut into shards, each coded by one function in any process on any machine."""
