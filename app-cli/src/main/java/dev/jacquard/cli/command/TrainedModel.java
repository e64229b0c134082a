package dev.jacquard.cli.command;

import dev.jacquard.backend.Device;
import dev.jacquard.backend.SessionConfig;
import dev.jacquard.cli.option.ComputeOptions;
import dev.jacquard.cli.option.Plugins;
import dev.jacquard.cli.run.NamedModel;
import dev.jacquard.layer.LayerTypes;
import dev.jacquard.model.Model;
import dev.jacquard.model.ModelFile;
import dev.jacquard.network.Network;
import java.nio.file.Path;

/**
 * A trained network that was read, to be opened on a device.
 *
 * @param named where it is
 * @param loader of plug-ins: those that the command line names, else the run's
 * @param file its parameters
 * @param network the one that the command line names, else the file's
 */
record TrainedModel(NamedModel named, ClassLoader loader, ModelFile file, Network network) {
  /**
   * Reads it.
   *
   * @throws dev.jacquard.error.JacquardException if there is none, or its network cannot be read
   */
  static TrainedModel read(Path path, ComputeOptions compute) {
    NamedModel named = NamedModel.of(path);
    ClassLoader loader = Plugins.loader(compute.plugins().folder().or(named::plugins));
    ModelFile file = ModelFile.read(named.file());
    Network network =
        compute.network().given().isPresent()
            ? compute.network().load(loader)
            : file.network(LayerTypes.load(loader));
    return new TrainedModel(named, loader, file, network);
  }

  /**
   * Opens it.
   *
   * @throws dev.jacquard.error.JacquardException if the parameters are not the network's, or the
   *     device cannot take it
   */
  Model open(Device device, SessionConfig config) {
    return Model.load(file, network, device, config);
  }
}
