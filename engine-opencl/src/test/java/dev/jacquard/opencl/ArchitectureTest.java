package dev.jacquard.opencl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPackages("dev.jacquard.opencl");

  @Test
  void onlyTheBindingPackageKnowsALibraryThatCallsOpenCl() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.jacquard.opencl.binding")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.lwjgl..", "org.jocl..")
        .check(CLASSES);
  }

  @Test
  void theBindingPackageKnowsNothingOfTheBackend() {
    noClasses()
        .that()
        .resideInAPackage("dev.jacquard.opencl.binding")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.jacquard.opencl")
        .check(CLASSES);
  }
}
