package com.acme;

class ProbeUse {

  final Probe probe = new Probe(1);
}
