{
  description = "a stand-in for nixpkgs: the names benchpipe uses, over the tools of the host, without a network";

  outputs =
    { self }:
    let
      lib = import ./lib.nix;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (
        system: import ./packages.nix { inherit lib system; }
      );
    };
}
