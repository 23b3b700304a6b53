package easel.codec;

/**
 * A value that is not what its reader asked for. {@link #path()} names it the way a caller would write it
 * ({@code images[1].strength}), or is empty when the whole body is meant.
 */
public final class FieldException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is wrong with the field; faces turn it into their own error code. */
  public enum Complaint { MISSING, TYPE, VALUE, UNKNOWN, SYNTAX }

  private final String path;
  private final Complaint complaint;

  public FieldException(String path, Complaint complaint, String words) {
    super(path.isEmpty() ? words : path + " " + words, null, false, false);
    this.path = path;
    this.complaint = complaint;
  }

  /** The whole body is at fault, not one field of it. */
  public static FieldException body(String words) {
    return new FieldException("", Complaint.SYNTAX, words);
  }

  public String path() {
    return path;
  }

  public Complaint complaint() {
    return complaint;
  }
}
