package dev.jacquard.fmnist;

/** The two parts of the data set. */
public enum Split {
  /** 60,000 images to train on. */
  TRAIN("train", "train"),
  /** 10,000 images to test on. */
  TEST("test", "t10k");

  private final String title;
  private final String prefix;

  Split(String title, String prefix) {
    this.title = title;
    this.prefix = prefix;
  }

  /** The name for messages: {@code train} or {@code test}. */
  public String title() {
    return title;
  }

  /** The name of the file of images, without {@code .gz}. */
  public String images() {
    return prefix + "-images-idx3-ubyte";
  }

  /** The name of the file of labels, without {@code .gz}. */
  public String labels() {
    return prefix + "-labels-idx1-ubyte";
  }
}
