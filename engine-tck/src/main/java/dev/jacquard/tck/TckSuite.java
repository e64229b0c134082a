package dev.jacquard.tck;

import java.util.ArrayList;
import java.util.List;

/** All cases, in the order in which they are best run: ops first, then what is made of them. */
public final class TckSuite {
  private TckSuite() {}

  /** The suite. */
  public static List<TckCase> cases() {
    List<TckCase> cases = new ArrayList<>();
    ConvolutionCases.addTo(cases);
    DenseCases.addTo(cases);
    PoolingCases.addTo(cases);
    NormalizationCases.addTo(cases);
    ActivationCases.addTo(cases);
    DropoutCases.addTo(cases);
    InputCases.addTo(cases);
    LossCases.addTo(cases);
    GraphCases.addTo(cases);
    FusionCases.addTo(cases);
    CustomOpCases.addTo(cases);
    NanCases.addTo(cases);
    BatchCases.addTo(cases);
    OptimizerCases.addTo(cases);
    StateCases.addTo(cases);
    DeterminismCases.addTo(cases);
    CurveCases.addTo(cases);
    PredictionCases.addTo(cases);
    LifecycleCases.addTo(cases);
    ProbeCases.addTo(cases);
    return cases;
  }
}
