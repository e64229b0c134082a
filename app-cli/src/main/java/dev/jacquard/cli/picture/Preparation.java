package dev.jacquard.cli.picture;

import dev.jacquard.error.JacquardException;
import dev.jacquard.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Makes a picture into what the items of Fashion-MNIST are: one thing in grey on a black ground,
 * its brightest pixel white, its longer side filling the frame. A picture of exactly the network's
 * size is taken as it is framed; and a network that takes colours gets its picture framed and
 * scaled, no more, as its data need not be like that.
 */
final class Preparation {
  /** What is filled less than this by its item is cropped, if the border is as plain as that. */
  private static final double FILLED = 0.92;

  private static final double PLAIN = 0.75;

  /** What has less is taken for a ground alone. */
  private static final float CONTRAST = 32;

  /** What differs less from black and white is left alone. */
  private static final float SLIGHT = 5;

  /** The item is looked for in a reduced picture, so many times the network's size. */
  private static final int SEARCH = 4;

  private final String name;
  private final int toWidth;
  private final int toHeight;
  private final int channels;
  private final List<String> done;

  /** What is done to the picture is added to {@code done}. */
  Preparation(String name, Shape input, List<String> done) {
    this.name = name;
    this.toHeight = input.dim(0);
    this.toWidth = input.dim(1);
    this.channels = input.channels();
    this.done = done;
  }

  Prepared prepare(Pixels decoded, Invert invert) {
    boolean exact = decoded.width() == toWidth && decoded.height() == toHeight;
    boolean finished = exact && decoded.alpha() == null && decoded.isGrey();
    Pixels pixels = inChannels(opaque(decoded));
    Border border = Border.of(pixels);
    Pixels searched = searched(pixels, border);
    if (border.isAll(searched)) {
      done.add("of one tone: there is nothing to recognise");
    }
    Pixels seen = exact ? pixels : scaled(pixels, searched, border);
    boolean inverted = isToInvert(seen, invert);
    if (inverted) {
      seen = seen.negative();
      border = border.negative();
    }
    if (channels == 1 && (inverted || !finished)) {
      seen = levelled(seen, border);
    }
    byte[] bytes = new byte[toHeight * toWidth * channels];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(seen.plane(i % channels)[i / channels]);
    }
    return new Prepared(Picture.of(Shape.of(toHeight, toWidth, channels), bytes), done, inverted);
  }

  /**
   * Lays what is transparent onto a ground: the picture's own, if its border shows one, else black
   * or white, whichever is farther from what is to be seen on it.
   */
  private Pixels opaque(Pixels pixels) {
    float[] alpha = pixels.alpha();
    if (alpha == null) {
      return pixels;
    }
    int[] border = Border.places(pixels.width(), pixels.height());
    int[] all = new int[alpha.length];
    Arrays.setAll(all, i -> i);
    float[] ground = new float[pixels.channels()];
    if (mean(alpha, border) >= 0.5) {
      for (int c = 0; c < ground.length; c++) {
        ground[c] = visible(pixels.plane(c), alpha, border);
      }
      done.add("transparent parts laid on the border's colour");
    } else {
      if (mean(alpha, all) == 0) {
        throw new JacquardException(
            name + ": every pixel is transparent; give a picture with something to see");
      }
      boolean dark = visible(pixels.luma(), alpha, all) < 127.5f;
      Arrays.fill(ground, dark ? 255 : 0);
      done.add("transparent parts laid on " + (dark ? "white" : "black"));
    }
    float[][] planes = new float[pixels.channels()][alpha.length];
    for (int c = 0; c < planes.length; c++) {
      for (int i = 0; i < alpha.length; i++) {
        planes[c][i] = alpha[i] * pixels.plane(c)[i] + (1 - alpha[i]) * ground[c];
      }
    }
    return new Pixels(pixels.width(), pixels.height(), planes, null);
  }

  private static float mean(float[] plane, int[] places) {
    double sum = 0;
    for (int at : places) {
      sum += plane[at];
    }
    return (float) (sum / places.length);
  }

  /** The mean of what can be seen. */
  private static float visible(float[] plane, float[] alpha, int[] places) {
    double sum = 0;
    double weights = 0;
    for (int at : places) {
      sum += alpha[at] * plane[at];
      weights += alpha[at];
    }
    return (float) (sum / weights);
  }

  private Pixels inChannels(Pixels pixels) {
    if (channels == 3) {
      return pixels.colours();
    }
    if (pixels.channels() == 3) {
      done.add("made grey by Rec. 601 luma");
    }
    return pixels.grey();
  }

  private Pixels scaled(Pixels pixels, Pixels searched, Border border) {
    Frame whole = new Frame(0, 0, pixels.width(), pixels.height());
    Frame item = channels == 1 ? item(whole, searched, border) : whole;
    Frame frame = item.fitted(toWidth, toHeight);
    if (!item.equals(whole)) {
      done.add(
          String.format(
              Locale.ROOT,
              "cropped to what is on its plain ground: %.0f %% of its width, %.0f %% of its height",
              100 * item.width() / whole.width(),
              100 * item.height() / whole.height()));
    }
    if (!frame.equals(item)) {
      done.add("padded with its ground, to keep its proportions");
    }
    done.add("scaled to " + toWidth + " x " + toHeight + " by area averages");
    return scaled(pixels, frame, border.ground(), toWidth, toHeight);
  }

  private static Pixels scaled(Pixels pixels, Frame frame, float[] ground, int width, int height) {
    float[][] planes = new float[pixels.channels()][];
    for (int c = 0; c < planes.length; c++) {
      planes[c] =
          frame.scaled(pixels.plane(c), pixels.width(), pixels.height(), ground[c], width, height);
    }
    return new Pixels(width, height, planes, null);
  }

  /** The picture as it is looked over: not smaller by much than what is seen of it at last. */
  private Pixels searched(Pixels pixels, Border border) {
    Frame whole = new Frame(0, 0, pixels.width(), pixels.height());
    double shrink =
        Math.max(
            1,
            Math.max(
                (double) pixels.width() / (SEARCH * toWidth),
                (double) pixels.height() / (SEARCH * toHeight)));
    int width = (int) Math.ceil(pixels.width() / shrink);
    int height = (int) Math.ceil(pixels.height() / shrink);
    return scaled(pixels, whole, border.ground(), width, height);
  }

  /** Where the item is; all of the picture if it fills most of it, or nothing can be told. */
  private Frame item(Frame whole, Pixels searched, Border border) {
    if (border.plain() < PLAIN) {
      return whole;
    }
    int width = searched.width();
    int height = searched.height();
    int left = width;
    int top = height;
    int right = 0;
    int bottom = 0;
    for (int i = 0; i < width * height; i++) {
      if (!Border.isNear(searched, i, border.ground())) {
        left = Math.min(left, i % width);
        right = Math.max(right, i % width + 1);
        top = Math.min(top, i / width);
        bottom = i / width + 1;
      }
    }
    double across = whole.width() / width;
    double down = whole.height() / height;
    Frame item =
        new Frame(left * across, top * down, (right - left) * across, (bottom - top) * down);
    boolean empty = left >= right;
    return empty || fills(item, whole) ? whole : item;
  }

  private boolean fills(Frame item, Frame whole) {
    return item.fitted(toWidth, toHeight).width()
        >= FILLED * whole.fitted(toWidth, toHeight).width();
  }

  /**
   * Makes the ground black and the brightest pixel white, as they are in every image of
   * Fashion-MNIST: a network that has seen nothing else takes a dark grey ground for a part of the
   * item.
   */
  private Pixels levelled(Pixels seen, Border border) {
    Border own = border.plain() >= PLAIN ? border : Border.of(seen);
    float black = own.ground()[0];
    float white = black;
    for (float value : seen.plane(0)) {
      white = Math.max(white, value);
    }
    boolean clear = own.plain() >= PLAIN && !Polarity.of(seen).isDarkOnLight();
    if (!clear || white - black < CONTRAST || (black < SLIGHT && white > 255 - SLIGHT)) {
      return seen;
    }
    done.add(String.format(Locale.ROOT, "levels %.0f to %.0f made 0 to 255", black, white));
    float[] plane = new float[seen.plane(0).length];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = Math.max(0, (seen.plane(0)[i] - black) * 255 / (white - black));
    }
    return new Pixels(toWidth, toHeight, new float[][] {plane}, null);
  }

  private boolean isToInvert(Pixels seen, Invert invert) {
    if (invert != Invert.AUTO) {
      done.add(invert == Invert.YES ? "inverted, as asked" : "not inverted, as asked");
      return invert == Invert.YES;
    }
    if (channels == 3) {
      done.add("not inverted: in colour");
      return false;
    }
    Polarity polarity = Polarity.of(seen);
    done.add(
        (polarity.isDarkOnLight() ? "inverted: dark on light" : "not inverted: light on dark")
            + polarity.brightness());
    return polarity.isDarkOnLight();
  }
}
