"""How each call is told."""


def call(name, run):
    try:
        found = run()
        print("FAILED" if found is False else "ok", name)
    except Exception as error:  # whatever goes wrong is told
        print("FAILED", f"{name}: {type(error).__name__} {error}")
