// Trained, saved, loaded and asked by several threads.
assert new File(basedir, 'target/classes/com/acme/iris/Iris.class').isFile()
assert new File(basedir, 'build.log').text.contains('Tests run: 1, Failures: 0')
