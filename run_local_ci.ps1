<#
.SYNOPSIS
    Set up and run every check of Marquee on Windows: the same steps as run_local_ci.py, which does the work.
.EXAMPLE
    .\run_local_ci.ps1 -SkipInstall -Only black,unit
#>
param(
    [switch] $Quick,
    [switch] $SkipInstall,
    [string[]] $Only = @(),
    [switch] $List,
    [switch] $VerboseOutput
)

$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot

$arguments = @("run_local_ci.py")
if ($Quick) { $arguments += "--quick" }
if ($SkipInstall) { $arguments += "--skip-install" }
if ($Only.Count) { $arguments += @("--only", ($Only -join ",")) }
if ($List) { $arguments += "--list" }
if ($VerboseOutput) { $arguments += "--verbose" }

# The py launcher knows every installed version; a plain python may be the Store's placeholder.
if (Get-Command py -ErrorAction SilentlyContinue) {
    & py -3 @arguments
} elseif (Get-Command python3 -ErrorAction SilentlyContinue) {
    & python3 @arguments
} else {
    & python @arguments
}
exit $LASTEXITCODE
