export const getExecOutput = () => {
  throw new Error(
    "This action is built without a way to run commands: platform.getDetails() cannot be used.",
  );
};
