// The sample's own model, trained by the application's test.
File sample = new File(basedir, '../../../generated-samples/digits/digits.nn')
assert new File(basedir, 'src/main/nngen/com/acme/digits/Digits.nn').text == sample.text
assert new File(basedir, 'build.log').text.contains('Tests run: 2, Failures: 0')

// The generated class knows nothing of Spark.
assert !new File(basedir, 'target/generated-sources/nngen/com/acme/digits/Digits.java').text.toLowerCase().contains('spark')
