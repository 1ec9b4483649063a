{ lib, system }:

let
  hostPath = "/usr/local/bin:/usr/bin:/bin";

  # What a package is named in nixpkgs, and the programs that the host has for it.
  host = {
    bash = [ "bash" ];
    bats = [ "bats" ];
    clang-tools = [ "clang-tidy" ];
    cmocka = [ ]; # in the default paths of the host's compiler
    coreutils = [ "ls" ];
    curl = [ "curl" ]; # its library in the default paths
    diffutils = [ "cmp" ];
    e2fsprogs = [ "mke2fs" ];
    findutils = [
      "find"
      "xargs"
    ];
    gawk = [ "awk" ];
    git = [ "git" ];
    gnugrep = [ "grep" ];
    gnused = [ "sed" ];
    gzip = [ "gzip" ];
    hyperfine = [ "hyperfine" ];
    iproute2 = [ "ip" ];
    jq = [ "jq" ];
    libmicrohttpd = [ ];
    mandoc = [ "mandoc" ];
    nebula = [
      "nebula"
      "nebula-cert"
    ];
    nixfmt-tree = [ "treefmt" ];
    pre-commit = [ "pre-commit" ];
    shellcheck = [ "shellcheck" ];
    sqlite = [ "sqlite3" ];
    util-linux = [ "unshare" ];
    valgrind = [ "valgrind" ];
  };

  shell =
    name: env: script:
    derivation (
      {
        inherit name system;
        builder = "/bin/bash";
        args = [
          "-euc"
          script
        ];
        PATH = hostPath;
      }
      // env
    );

  # A bin/ with links to the host's programs; one that the host lacks is left out.
  hostPackage =
    name: programs:
    shell name { inherit programs; } ''
      mkdir -p "$out/bin"
      for program in $programs; do
        if path=$(command -v "$program"); then ln -s "$path" "$out/bin/"; fi
      done
    ''
    // {
      meta.mainProgram = if programs == [ ] then name else builtins.head programs;
    };

  mkDerivation =
    given:
    let
      attrs = if builtins.isFunction given then given (attrs // { finalPackage = package; }) else given;
      tools =
        attrs.nativeBuildInputs or [ ]
        ++ attrs.buildInputs or [ ]
        ++ (if attrs.doCheck or false then attrs.nativeCheckInputs or [ ] ++ attrs.checkInputs or [ ] else [ ]);
      name = attrs.name or "${attrs.pname}-${attrs.version}";
      environment = removeAttrs attrs [
        "meta"
        "passthru"
      ];
      package =
        shell name (environment // { PATH = "${lib.makeBinPath tools}:${hostPath}"; }) ". ${./build.sh}"
        // attrs.passthru or { }
        // {
          inherit (attrs) meta;
          inputs = tools;
          src = attrs.src or null;
          overrideAttrs = change: mkDerivation (attrs // change attrs);
        };
    in
    package;

  packages =
    self:
    builtins.mapAttrs hostPackage host
    // {
      inherit lib;
      stdenv = {
        inherit mkDerivation;
        hostPlatform = { inherit system; };
      };

      callPackage =
        file: arguments:
        let
          f = import file;
        in
        f (builtins.intersectAttrs (builtins.functionArgs f) self // arguments);

      mkShell =
        { packages, inputsFrom }:
        mkDerivation {
          name = "nix-shell";
          nativeBuildInputs = packages ++ builtins.concatMap (package: package.inputs) inputsFrom;
          buildCommand = "echo $PATH >$out";
          meta = { };
        };

      runCommand =
        name: env: buildCommand:
        mkDerivation (env // { inherit name buildCommand; meta = { }; });

      writeShellApplication =
        {
          name,
          runtimeInputs,
          text,
        }:
        mkDerivation {
          inherit name;
          text = ''
            #!/bin/bash
            set -euo pipefail
            export PATH="${lib.makeBinPath runtimeInputs}:$PATH"
            ${text}'';
          passAsFile = [ "text" ];
          buildCommand = ''
            mkdir -p "$out/bin"
            install -m 755 "$textPath" "$out/bin/$name"
            if command -v shellcheck >/dev/null; then shellcheck "$out/bin/$name"; fi
          '';
          meta.mainProgram = name;
        };

      extend = overlay: lib.fix (final: packages final // overlay final (packages final));
    };
in
lib.fix packages
