package easel.provider;

/** The same for pictures by way of a handle. */
class SampleAsyncContractTest extends SampleContractTest {
  @Override
  String manner() {
    return "[[async]] ";
  }
}
