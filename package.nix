{
  lib,
  stdenv,
  bats,
  cmocka,
  curl,
  e2fsprogs,
  git,
  jq,
  libmicrohttpd,
  sqlite,
}:

let
  # The programs: what the Makefile's line `TOOLS = ...` says.
  lines = lib.splitString "\n" (builtins.replaceStrings [ "\\\n" ] [ " " ] (builtins.readFile ./Makefile));
  toolsLine = lib.findFirst (lib.hasPrefix "TOOLS = ") (throw "no line TOOLS = in Makefile") lines;
  tools = lib.filter (word: word != "") (lib.splitString " " (lib.removePrefix "TOOLS = " toolsLine));
in
stdenv.mkDerivation {
  pname = "benchpipe";
  version = lib.fileContents ./VERSION;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./.clang-tidy
      ./.shellcheckrc
      ./LICENSE
      ./Makefile
      ./NEWS.md
      ./README.md
      ./VERSION
      ./ci
      ./cmd
      ./flake.nix
      ./lib
      ./man
      ./mk
      ./package.nix
      ./tests
    ];
  };

  strictDeps = true;
  enableParallelBuilding = true;

  buildInputs = [
    curl
    libmicrohttpd
    sqlite
  ];

  # The build sandbox has /bin/sh and no other interpreter.
  postPatch = ''
    patchShebangs ci tests
  '';

  # In buildPhase too: the place of libexec is compiled in, and where disk-gen finds its programs when they are not on PATH.
  makeFlags = [
    "PREFIX=$(out)"
    "E2FSPROGS=${lib.makeBinPath [ e2fsprogs ]}"
  ];

  doCheck = true;
  checkTarget = "check-quick";
  checkInputs = [ cmocka ];
  nativeCheckInputs = [
    bats
    curl
    e2fsprogs
    git
    jq
    sqlite
  ];

  passthru = {
    inherit tools;
  };

  meta = {
    description = "Small programs that measure, compare and judge performance, over pipes";
    license = lib.licenses.mit;
    platforms = lib.platforms.linux;
    mainProgram = "bench-diff";
  };
}
