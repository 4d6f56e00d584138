/** EJML has no module descriptors; its modules are named after its files. The annotation of generated classes is for compilers only. */
@SuppressWarnings("requires-automatic")
module com.acme {
  requires ejml.core;
  requires ejml.ddense;
  requires static java.compiler;

  exports com.acme;
}
