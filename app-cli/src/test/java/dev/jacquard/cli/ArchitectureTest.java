package dev.jacquard.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.Stream;

/** Which part may know which. */
@AnalyzeClasses(packages = "dev.jacquard", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] ENGINE = {
    "dev.jacquard.backend..",
    "dev.jacquard.checkpoint..",
    "dev.jacquard.data..",
    "dev.jacquard.error..",
    "dev.jacquard.graph..",
    "dev.jacquard.layer..",
    "dev.jacquard.model..",
    "dev.jacquard.network..",
    "dev.jacquard.random..",
    "dev.jacquard.reference..",
    "dev.jacquard.tensor..",
    "dev.jacquard.train.."
  };

  @ArchTest
  static final ArchRule engineKnowsNoBackendAndOneLibrary =
      classes()
          .that()
          .resideInAnyPackage(ENGINE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(with(ENGINE, "java..", "tools.jackson.."));

  @ArchTest
  static final ArchRule onlyBindingsKnowOpenCl =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.jacquard.opencl.binding..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.lwjgl..", "org.jocl..");

  @ArchTest
  static final ArchRule theCommandFindsBackendsAtRunTime =
      noClasses()
          .that()
          .resideInAPackage("dev.jacquard.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.jacquard.cpu..", "dev.jacquard.opencl..");

  @ArchTest
  static final ArchRule backendsDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("dev.jacquard.cpu..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.jacquard.opencl..");

  /** But for native libraries, of which a process has one. */
  @ArchTest
  static final ArchRule librariesKeepNothingInStaticFields =
      fields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackages("dev.jacquard.cli..", "dev.jacquard.opencl.binding..")
          .should()
          .beFinal()
          .andShould()
          .notHaveRawType(
              resideInAnyPackage("java.util.concurrent..")
                  .or(assignableTo(ThreadLocal.class))
                  .or(belongToAnyOf(HashMap.class, ArrayList.class)));

  @ArchTest
  static final ArchRule engineHasNoCycles =
      slices().matching("dev.jacquard.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule commandHasNoCycles =
      slices().matching("dev.jacquard.cli.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule engineHasADirection =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.jacquard..")
          .layer("base")
          .definedBy("dev.jacquard.tensor..", "dev.jacquard.error..", "dev.jacquard.random..")
          .layer("graph")
          .definedBy("dev.jacquard.graph..")
          .layer("data")
          .definedBy("dev.jacquard.data..")
          .layer("layer")
          .definedBy("dev.jacquard.layer..")
          .layer("network")
          .definedBy("dev.jacquard.network..")
          .layer("backend")
          .definedBy("dev.jacquard.backend..")
          .layer("checkpoint")
          .definedBy("dev.jacquard.checkpoint..")
          .layer("reference")
          .definedBy("dev.jacquard.reference..")
          .layer("train")
          .definedBy("dev.jacquard.train..")
          .layer("model")
          .definedBy("dev.jacquard.model..")
          .layer("users")
          .definedBy(
              "dev.jacquard.cli..",
              "dev.jacquard.cpu..",
              "dev.jacquard.fmnist..",
              "dev.jacquard.opencl..",
              "dev.jacquard.tck..")
          .whereLayer("base")
          .mayNotAccessAnyLayer()
          .whereLayer("graph")
          .mayOnlyAccessLayers("base")
          .whereLayer("data")
          .mayOnlyAccessLayers("base")
          .whereLayer("layer")
          .mayOnlyAccessLayers("base", "graph", "data")
          .whereLayer("network")
          .mayOnlyAccessLayers("base", "graph", "data", "layer", "checkpoint")
          .whereLayer("backend")
          .mayOnlyAccessLayers("base", "graph", "data")
          .whereLayer("checkpoint")
          .mayOnlyAccessLayers("base")
          .whereLayer("reference")
          .mayOnlyAccessLayers("base", "graph", "data", "backend")
          .whereLayer("train")
          .mayOnlyAccessLayers("base", "graph", "data", "layer", "network", "backend", "checkpoint")
          .whereLayer("model")
          .mayOnlyAccessLayers(
              "base", "graph", "data", "layer", "network", "backend", "checkpoint", "train")
          .whereLayer("users")
          .mayNotBeAccessedByAnyLayer();

  private static String[] with(String[] packages, String... more) {
    return Stream.of(packages, more).flatMap(Arrays::stream).toArray(String[]::new);
  }
}
