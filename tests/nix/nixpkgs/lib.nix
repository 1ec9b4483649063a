# The functions of nixpkgs' lib that are used here, with their meaning there.
let
  inherit (builtins)
    concatMap
    concatStringsSep
    filter
    head
    isList
    isString
    listToAttrs
    map
    pathExists
    readFile
    split
    stringLength
    substring
    ;
in
rec {
  inherit filter;

  fix =
    f:
    let
      x = f x;
    in
    x;

  genAttrs = names: f: listToAttrs (map (name: { inherit name; value = f name; }) names);

  hasPrefix = prefix: s: substring 0 (stringLength prefix) s == prefix;
  removePrefix =
    prefix: s:
    if hasPrefix prefix s then substring (stringLength prefix) (stringLength s) s else s;
  # The separators used here mean themselves in a regular expression.
  splitString = separator: s: filter isString (split separator s);
  fileContents = file: head (splitString "\n$" (readFile file));
  findFirst =
    predicate: default: list:
    let
      found = filter predicate list;
    in
    if found == [ ] then default else head found;

  makeBinPath = packages: concatStringsSep ":" (map (package: "${package}/bin") packages);
  getExe' = package: program: "${package}/bin/${program}";
  getExe = package: getExe' package package.meta.mainProgram;

  licenses.mit.spdxId = "MIT";
  platforms.linux = [
    "x86_64-linux"
    "aarch64-linux"
  ];

  # A file set is a list of paths. A path that is gone is an error, as it is in nixpkgs.
  fileset =
    let
      flatten = set: if isList set then concatMap flatten set else [ set ];
      existing =
        path: if pathExists path then toString path else throw "fileset: ${toString path} does not exist";
      inside = directory: path: path == directory || hasPrefix (directory + "/") path;
    in
    {
      unions = flatten;
      toSource =
        { root, fileset }:
        let
          wanted = map existing (flatten fileset);
        in
        builtins.path {
          name = "source";
          path = root;
          filter = path: _: builtins.any (want: inside want path || inside path want) wanted;
        };
    };
}
