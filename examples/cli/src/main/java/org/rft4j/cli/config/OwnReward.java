package org.rft4j.cli.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.rft4j.core.reward.Reward;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** A reward of the user's, by the name of its class. */
final class OwnReward {
    private OwnReward() {}

    static Reward of(String className) {
        try {
            return constructor(className).newInstance();
        } catch (ClassNotFoundException e) {
            throw new InvalidInputException(
                    "className", className, "must be a class on the class path", "add its jar or folder to -cp");
        } catch (InvocationTargetException e) {
            throw new InvalidInputException(
                    "className", className, "must have a constructor that ends well (" + e.getCause() + ")", "mend it");
        } catch (ReflectiveOperationException e) {
            throw new InvalidInputException(
                    "className",
                    className,
                    "must be a public class with a public constructor without parameters",
                    "add one");
        } catch (LinkageError e) {
            throw new InvalidInputException(
                    "className",
                    className,
                    "must be a class that can be loaded (" + e + ")",
                    "compile it for this Java, and add what it needs to -cp");
        }
    }

    /** Looks the class up without running any of it: a name in a file must not start what is no reward. */
    private static Constructor<? extends Reward> constructor(String className) throws ReflectiveOperationException {
        Class<?> type = Class.forName(className, false, OwnReward.class.getClassLoader());
        Check.that(
                Reward.class.isAssignableFrom(type),
                "className",
                className,
                "must implement " + Reward.class.getName(),
                "implement it, with a public constructor without parameters");
        return type.asSubclass(Reward.class).getConstructor();
    }
}
