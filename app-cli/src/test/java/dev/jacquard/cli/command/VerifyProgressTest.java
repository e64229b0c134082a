package dev.jacquard.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class VerifyProgressTest {
  @Test
  void tellsTheTimeThatIsLeftOnceThereIsSomethingToEstimateItFrom() {
    assertEquals("[                    ] 1/302, conv2d", VerifyProgress.text("conv2d", 1, 302, 0));
    assertEquals(
        "[=====               ] 76/300, about 11:12 left, dense",
        VerifyProgress.text("dense", 76, 300, 225));
    assertEquals(
        "[====================] 300/300, about 0:00 left, probe",
        VerifyProgress.text("probe", 300, 300, 900));
  }
}
