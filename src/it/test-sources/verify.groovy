// A model of the tests is compiled with the tests and stays out of what is shipped.
assert new File(basedir, 'target/generated-test-sources/nngen/com/acme/Probe.java').isFile()
assert new File(basedir, 'target/test-classes/com/acme/Probe.class').isFile()
assert new File(basedir, 'target/test-classes/com/acme/ProbeUse.class').isFile()
assert !new File(basedir, 'target/classes/com/acme/Probe.class').exists()
