/** Fashion-MNIST: finding, fetching and reading the data set, its classes and networks for it. */
package dev.jacquard.fmnist;
