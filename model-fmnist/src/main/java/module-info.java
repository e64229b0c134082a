/** Fashion-MNIST: the data set, its classes and networks for it. */
module dev.jacquard.fmnist {
  requires transitive dev.jacquard.api;

  exports dev.jacquard.fmnist;
}
