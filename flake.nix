{
  description = "benchpipe: small programs that measure, compare and judge performance, over pipes";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      eachSystem =
        f: lib.genAttrs systems (system: f (nixpkgs.legacyPackages.${system}.extend self.overlays.default));

      app = program: description: {
        type = "app";
        inherit program;
        meta = { inherit description; };
      };

      # One of ci/lint's checks, as a derivation.
      lint =
        pkgs: check: inputs:
        pkgs.runCommand "benchpipe-lint-${check}" { nativeBuildInputs = inputs; } ''
          cp -r ${pkgs.benchpipe.src} source
          chmod -R u+w source
          bash source/ci/lint --only ${check}
          touch $out
        '';
    in
    {
      overlays.default = final: prev: {
        benchpipe = final.callPackage ./package.nix { };
      };

      packages = eachSystem (pkgs: {
        inherit (pkgs) benchpipe;
        default = pkgs.benchpipe;
        # ci/bench with everything that it times.
        bench = pkgs.writeShellApplication {
          name = "benchpipe-bench";
          runtimeInputs = [
            pkgs.benchpipe
            pkgs.bash
            pkgs.coreutils
            pkgs.diffutils
            pkgs.e2fsprogs
            pkgs.findutils
            pkgs.gawk
            pkgs.git
            pkgs.gnugrep
            pkgs.gnused
            pkgs.gzip
            pkgs.hyperfine
            pkgs.iproute2
            pkgs.jq
            pkgs.nebula
            pkgs.sqlite
            pkgs.util-linux
          ];
          text = ''
            export BIN=${pkgs.benchpipe}/bin
            exec ${pkgs.benchpipe.src}/ci/bench "$@"
          '';
        };
      });

      apps = eachSystem (
        pkgs:
        lib.genAttrs pkgs.benchpipe.tools (tool: app (lib.getExe' pkgs.benchpipe tool) "${tool} of benchpipe")
        // {
          default = app (lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.bench) "ci/bench: benchmark, compare with the baseline, report";
        }
      );

      devShells = eachSystem (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ pkgs.benchpipe ];
          packages = [
            pkgs.bats
            pkgs.clang-tools
            pkgs.cmocka
            pkgs.git
            pkgs.hyperfine
            pkgs.iproute2
            pkgs.jq
            pkgs.mandoc
            pkgs.nebula
            pkgs.pre-commit
            pkgs.shellcheck
            pkgs.sqlite
            pkgs.util-linux
            pkgs.valgrind
          ];
        };
      });

      checks = eachSystem (pkgs: {
        package = pkgs.benchpipe;
        sanitizers = pkgs.benchpipe.overrideAttrs (old: {
          pname = "benchpipe-sanitizers";
          makeFlags = old.makeFlags ++ [ "SAN=1" ];
          # _FORTIFY_SOURCE hides errors from the sanitizers.
          hardeningDisable = [ "fortify" ];
        });
        man = lint pkgs "man" [ pkgs.mandoc ];
        shell = lint pkgs "shell" [ pkgs.shellcheck ];
      });

      formatter = eachSystem (pkgs: pkgs.nixfmt-tree);
    };
}
